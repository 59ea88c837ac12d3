import { useState } from "preact/hooks";
import { Block } from "../../components/block.tsx";
import { PreviewFrame } from "./preview-frame.tsx";

/** A mail as its reader sees it: one part or the other. */
export function MailParts({ subject, html, text }: { subject: string; html: string; text: string }) {
  const [isText, setText] = useState(false);
  return (
    <div class="mail-parts">
      <fieldset class="switch">
        <legend class="hidden">Part of the mail</legend>
        <button type="button" aria-pressed={!isText} onClick={() => setText(false)}>
          HTML
        </button>
        <button type="button" aria-pressed={isText} onClick={() => setText(true)}>
          Text
        </button>
      </fieldset>
      {isText ? (
        <Block label="Plain text part">{text}</Block>
      ) : (
        <PreviewFrame html={html} title={`The mail: ${subject}`} />
      )}
    </div>
  );
}
