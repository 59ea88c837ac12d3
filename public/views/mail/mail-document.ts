/** A mail's markup taken apart: styles travel separately, because this page's policy allows none within markup. */
export interface MailDocument {
  readonly root: HTMLElement;
  readonly styled: readonly (readonly [HTMLElement, string])[];
  readonly css: string;
}

const KEPT = "data-mail-style";
const tag = /<[a-z][^\s>/]*(?:\s+[^\s=>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*\s*\/?>/gi;

/**
 * Parses without asking the policy: style attributes are renamed beforehand and style elements made inert. What the
 * pattern should miss is refused by the policy, which is safe and merely looks plainer.
 */
export function mailDocument(html: string): MailDocument {
  const renamed = html.replace(tag, (found) =>
    found.replace(/\sstyle(?=\s*=)/gi, ` ${KEPT}`).replace(/^<style/i, '<style type="text/plain"'),
  );
  const parsed = new DOMParser().parseFromString(renamed, "text/html");
  for (const element of parsed.querySelectorAll("script, link, meta, base, iframe, object, embed, form"))
    element.remove();
  const sheets = [...parsed.querySelectorAll("style")];
  const css = sheets.map((sheet) => sheet.textContent).join("\n");
  for (const sheet of sheets) sheet.remove();
  const styled = [...parsed.querySelectorAll<HTMLElement>(`[${KEPT}]`)].map((element) => {
    const style = element.getAttribute(KEPT) ?? "";
    element.removeAttribute(KEPT);
    return [element, style] as const;
  });
  return { root: parsed.documentElement, styled, css };
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
