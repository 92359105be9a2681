import { renderAsync } from '@resvg/resvg-js';

/** An SVG without text as PNG. */
export async function pngOf(svg: string): Promise<Buffer> {
  const picture = await renderAsync(svg, { font: { loadSystemFonts: false } });
  return picture.asPng();
}
