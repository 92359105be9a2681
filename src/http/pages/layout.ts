import type { Html } from './html.ts';
import { html } from './html.ts';

export interface Layout {
  readonly title: string;
  /** The way from the page to the sidecar's root, for links that hold behind a proxy's prefix: '' or '../'. */
  readonly root: string;
  readonly body: Html;
  /** By file name; that of the pages which show what is on, unless told. */
  readonly scripts?: readonly string[];
}

/** A whole page around its body. */
export function renderLayout({ title, root, body, scripts = ['sidecast.js'] }: Layout): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="${root}favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${root}assets/sidecast.css" />
        ${scripts.map((script) => html`<script src="${root}assets/${script}" defer></script>`)}
      </head>
      <body>
        <header>
          <a class="brand" href="${root === '' ? './' : root}"
            ><img src="${root}favicon.svg" alt="" width="32" height="32" /> Sidecast</a
          >
          <p class="quiet">Television from your own library</p>
        </header>
        ${body}
      </body>
    </html>`;
  return `${page.markup}\n`;
}
