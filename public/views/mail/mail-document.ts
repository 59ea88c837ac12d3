/** A mail's markup taken apart: styles travel separately, because this page's policy allows none within markup. */
export interface MailDocument {
  readonly root: HTMLElement;
  readonly styled: readonly (readonly [HTMLElement, string])[];
  readonly css: string;
}

const KEPT = "data-mail-style";
const sheet = /<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi;
const tag = /<[a-z][^\s>/]*(?:\s+[^\s=>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*\s*\/?>/gi;

/**
 * Parses without asking the policy: style elements are taken out and style attributes renamed beforehand. What the
 * patterns should miss is refused by the policy, which is safe and merely looks plainer.
 */
export function mailDocument(html: string): MailDocument {
  const sheets: string[] = [];
  const renamed = html
    .replace(sheet, (_, css: string) => {
      sheets.push(css);
      return "";
    })
    .replace(tag, (found) => found.replace(/\sstyle(?=\s*=)/gi, ` ${KEPT}`));
  const parsed = new DOMParser().parseFromString(renamed, "text/html");
  for (const element of parsed.querySelectorAll("script, link, meta, base, iframe, object, embed, form"))
    element.remove();
  const styled = [...parsed.querySelectorAll<HTMLElement>(`[${KEPT}]`)].map((element) => {
    const style = element.getAttribute(KEPT) ?? "";
    element.removeAttribute(KEPT);
    return [element, style] as const;
  });
  return { root: parsed.documentElement, styled, css: sheets.join("\n") };
}

/** Puts the mail into a frame's document; styles go through the CSSOM, which the policy allows. */
export function fill(frame: HTMLIFrameElement, { root, styled, css }: MailDocument): void {
  const { contentDocument: target, contentWindow: view } = frame;
  if (target === null || view === null) return;
  target.replaceChild(target.adoptNode(root), target.documentElement);
  for (const [element, style] of styled) element.style.cssText = style;
  const sheet = new (view as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(css);
  target.adoptedStyleSheets = [sheet];
}
