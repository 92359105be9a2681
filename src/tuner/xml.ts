export type Attributes = Readonly<Record<string, string | undefined>>;

/** An element that holds text alone, or nothing, on a line of its own: some readers skip what follows without a break. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  const start = `<${name}${renderAttributes(attributes)}`;
  return text === '' ? `${start}/>\n` : `${start}>${escapeXml(text)}</${name}>\n`;
}

/** An element around the lines of others. */
export function parentElement(name: string, attributes: Attributes, children: string): string {
  return `<${name}${renderAttributes(attributes)}>\n${children}</${name}>\n`;
}

/** Text without the characters that XML 1.0 forbids, halves of characters among them. */
export function legalText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}

/** What XML might not carry as it is; most texts have none of it. */
const SUSPECT = /[^\t\n\r !#-%'-;=?-\ud7ff\ue000-\ufffd]/;

/** What might not be legal text on one line; most texts have none of it. */
const UNEVEN = /[^ -~\u00a1-\u024f]|^ | $| {2}/;

/** Legal text on one line. */
export function oneLine(text: string): string {
  if (!UNEVEN.test(text)) return text;
  return legalText(text.replace(/[\s\p{Cc}]+/gu, ' ')).trim();
}

/** Text as XML may carry it. */
export function escapeXml(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return legalText(text).replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function renderAttributes(attributes: Attributes): string {
  let text = '';
  // A guide has a hundred thousand elements: asked for as entries, their attributes would be half of what it allocates.
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) text += ` ${name}="${escapeXml(value)}"`;
  }
  return text;
}
