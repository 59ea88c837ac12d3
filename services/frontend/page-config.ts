import type { Config } from "../../config/load.ts";
import { gatewayUrl, isLoopback } from "../../config/neighbours.ts";

/** What the page is told at run time, so that one build serves every place. */
export interface PageConfig {
  readonly gatewayUrl: string;
  /** Whether there may be the first user whose password is public; never in production. */
  readonly hasSeedUser: boolean;
  /** Where caught mail can be looked at; absent where mail is really sent. */
  readonly mailView?: string;
}

/**
 * On one machine a page opened as 127.0.0.1 is told of a gateway at 127.0.0.1, one opened as localhost of localhost: to a
 * browser they are different sites, and the session's cookie would not travel between them.
 * @param host the request's Host header
 */
export function pageConfig(config: Config, host: string | undefined): PageConfig {
  const askedAs = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
  const forThisPage = (url: string) => {
    if (!URL.canParse(url)) return url; // A path is on this host whatever its name is.
    const found = new URL(url);
    if (isLoopback(found.hostname) && isLoopback(askedAs)) found.hostname = askedAs;
    return found.href.replace(/\/$/, "");
  };
  const mailView = config.mailViewUrl === undefined ? {} : { mailView: forThisPage(config.mailViewUrl) };
  const hasSeedUser = config.environment !== "production";
  return { gatewayUrl: forThisPage(gatewayUrl(config)), hasSeedUser, ...mailView };
}
