import { useEffect, useRef } from "preact/hooks";
import { fill, mailDocument } from "./mail-document.ts";

/** An empty document of this origin: the page may fill it, nothing in it may run, submit or navigate. */
const BLANK = "<!doctype html><html lang='en'><head><title>Mail</title></head><body></body></html>";

export function PreviewFrame({ html, title }: { html: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const show = () => {
      fill(element, mailDocument(html));
      element.style.height = "0";
      const height = element.contentDocument?.documentElement.scrollHeight ?? 0;
      // Keys pressed within the frame do not reach the dialog around it.
      element.contentDocument?.addEventListener("keydown", ({ key }) => {
        if (key === "Escape") element.closest("dialog")?.close();
      });
      element.style.height = `${Math.min(Math.max(height, 160), 900)}px`;
    };
    element.addEventListener("load", show);
    element.srcdoc = BLANK;
    return () => element.removeEventListener("load", show);
  }, [html]);
  return <iframe ref={frame} class="mail-frame" title={title} sandbox="allow-same-origin" />;
}
