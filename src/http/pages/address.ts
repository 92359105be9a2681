import type { Html } from './html.ts';
import { html } from './html.ts';

/** An address to read, copy or open. */
export function renderAddress(label: string, address: string): Html {
  return html`<div class="address">
    <span class="label">${label}</span>
    <input readonly value="${address}" aria-label="${label}" />
    <button type="button" data-copy>Copy</button>
  </div>`;
}
