import type { ServerResponse } from "node:http";

interface Sources {
  /** Whom it talks to beside its own origin: a URL, or a path on this host, which is nobody else. */
  readonly connect?: string;
  /** What its style sheet draws with, beside its own files: `data:`. */
  readonly images?: string;
}

/** For a page: only its origin's own files, no script or style in the page itself. */
export function pageHeaders(response: ServerResponse, { connect = "", images = "" }: Sources = {}): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${images}`.trim(),
    "font-src 'self'",
    "manifest-src 'self'",
    URL.canParse(connect) ? `connect-src 'self' ${new URL(connect).origin}` : "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  response.setHeader("Content-Security-Policy", policy.join("; "));
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}
