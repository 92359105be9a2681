const DAY_MS = 86_400_000;
/** Programmes follow each other, a guide has tens of thousands, and to ask a date for its day takes long. */
let latest = { days: NaN, text: '' };

/** `YYYYMMDDhhmmss +0000`, rounded down: the one form of a time that every host reads. */
export function xmltvTime(epochMs: number): string {
  const days = Math.floor(epochMs / DAY_MS);
  if (days !== latest.days) latest = { days, text: dayText(days) };
  const seconds = Math.floor((epochMs - days * DAY_MS) / 1000);
  const time = Math.floor(seconds / 3600) * 10_000 + (Math.floor(seconds / 60) % 60) * 100 + (seconds % 60);
  return `${latest.text}${String(time).padStart(6, '0')} +0000`;
}

function dayText(days: number): string {
  return new Date(days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}
