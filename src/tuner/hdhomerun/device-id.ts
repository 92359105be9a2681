/** libhdhomerun's table: every second digit counts through it. */
const TABLE = [0xa, 0x5, 0xf, 0x6, 0x7, 0xc, 0x1, 0xb, 0x9, 0x2, 0x8, 0xd, 0x4, 0x3, 0xe, 0x0];

/** A DeviceID that hosts accept, from three bytes: "1", six digits, and one that makes the checksum right. */
export function deviceIdOf(bytes: Uint8Array): string {
  const digits = `1${Buffer.from(bytes.subarray(0, 3)).toString('hex')}`;
  return `${digits}${checksumOf(`${digits}0`).toString(16)}`.toUpperCase();
}

/** Eight hexadecimal digits whose checksum is right. */
export function isDeviceId(text: string): boolean {
  return /^[\dA-F]{8}$/.test(text) && checksumOf(text) === 0;
}

function checksumOf(id: string): number {
  return id.split('').reduce((sum, digit, index) => {
    const value = Number.parseInt(digit, 16);
    return sum ^ (index % 2 === 0 ? (TABLE[value] ?? 0) : value);
  }, 0);
}
