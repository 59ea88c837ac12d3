/** Before the first paint, so that a chosen theme does not flash. */
import { applyTheme, chosenTheme } from "./lib/theme.ts";

applyTheme(chosenTheme());
