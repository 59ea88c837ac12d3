/** Where the cards of the picture are, and the lines that tie them to the bus; pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cardWidth: number;
  readonly cards: readonly { readonly x: number; readonly y: number; readonly stub: Line }[];
  readonly buses: readonly Line[];
  /** Ties the buses together, when there are several. */
  readonly trunk?: Line;
}

export interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export const CARD_HEIGHT = 128;
const MIN_CARD = 150;
const MAX_CARD = 360;
const MAX_COLUMNS = 4;
const GAP = 16;
const STUB = 24;
/** A bus, its stubs on both sides, its cards on both sides, and the way to the next bus. */
const BAND = 2 * (CARD_HEIGHT + STUB);

/** Cards above and below a line as along a bus; as many side by side as fit, as many lines as it takes. */
export function layout(count: number, width: number): Layout {
  const fitting = Math.max(1, Math.floor((width + GAP) / (MIN_CARD + GAP)));
  // An even picture: six nodes are three above three, not four above two.
  const columns = Math.min(fitting, MAX_COLUMNS, Math.max(1, Math.ceil(count / 2)));
  const cardWidth = Math.min(MAX_CARD, (width - GAP * (columns - 1)) / columns);
  const left = (width - columns * cardWidth - (columns - 1) * GAP) / 2;
  const bands = Math.ceil(count / (columns * 2));

  const buses = Array.from({ length: bands }, (_, band): Line => {
    const y = band * (BAND + GAP) + BAND / 2;
    return { x1: left, y1: y, x2: width - left, y2: y };
  });
  const cards = Array.from({ length: count }, (_, index) => {
    const busY = buses[Math.floor(index / (columns * 2))]?.y1 ?? 0;
    const place = index % (columns * 2);
    const isAbove = place < columns;
    const x = left + (place % columns) * (cardWidth + GAP);
    const y = isAbove ? busY - STUB - CARD_HEIGHT : busY + STUB;
    const middle = x + cardWidth / 2;
    return { x, y, stub: { x1: middle, y1: isAbove ? y + CARD_HEIGHT : y, x2: middle, y2: busY } };
  });
  const isLastHalf = count > 0 && (count - 1) % (columns * 2) < columns;
  const height = bands * BAND + (bands - 1) * GAP - (isLastHalf ? CARD_HEIGHT + STUB - 8 : 0);
  const [first, last] = [buses[0], buses.at(-1)];
  const trunkX = left + cardWidth + (columns > 1 ? GAP / 2 : 0);
  const trunk =
    first !== undefined && last !== undefined && first !== last
      ? { x1: trunkX, y1: first.y1, x2: trunkX, y2: last.y1 }
      : undefined;
  return { width, height: Math.max(0, height), cardWidth, cards, buses, trunk };
}

/** Cuts a text to what fits into `width` at about `perCharacter` pixels each; SVG does not by itself. */
export function cut(text: string, width: number, perCharacter: number): string {
  const fitting = Math.max(1, Math.floor(width / perCharacter));
  return text.length <= fitting ? text : `${text.slice(0, fitting - 1)}…`;
}
