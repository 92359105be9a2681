/** One AAC-LC frame of stereo silence at 48 kHz: a channel pair whose two sides have no scale factor bands. */
export const SILENT_FRAME: Uint8Array = Uint8Array.from([
  ...[0xff, 0xf1, 0x4c, 0x80, 0x01, 0xbf, 0xfc],
  ...[0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c],
]);
