import { html } from './html.ts';
import { renderLayout } from './layout.ts';

export interface LoginPage {
  /** The way from the page to the sidecar's root: '' or '../' as often as it needs. */
  readonly root: string;
  /** Where to go from there once one is in, such as "watch/…"; empty for the first page. */
  readonly to: string;
  /** Why the last try failed. */
  readonly problem?: string | undefined;
}

/** Asks for the key. */
export function renderLogin({ root, to, problem }: LoginPage): string {
  const body = html`<main>
    ${problem === undefined ? undefined : html`<p class="cause" role="alert">${problem}</p>`}
    <form class="card login" method="post" action="${root}login">
      <h1>The key of this Sidecast</h1>
      <p class="detail">
        It was printed when Sidecast first started, and is in the file <code>api-key</code> of its data folder; or it is
        what <code>SIDECAST_API_KEY</code> says.
      </p>
      <input type="hidden" name="to" value="${to}" />
      <label>Key <input type="password" name="key" autocomplete="current-password" required autofocus /></label>
      <button class="button" type="submit">Log in</button>
    </form>
  </main>`;
  return renderLayout({ title: 'Log in – Sidecast', root, body, scripts: [] });
}
