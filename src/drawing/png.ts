/** An SVG without text as PNG. */
export async function pngOf(svg: string): Promise<Buffer> {
  // Loaded when the first picture is drawn: most sidecars idle, and it is large.
  const { renderAsync } = await import('@resvg/resvg-js');
  const picture = await renderAsync(svg, { font: { loadSystemFonts: false } });
  return picture.asPng();
}
