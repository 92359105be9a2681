/** What keeps a sidecar small and quick in tests: one small quality, no measuring, no probing of hardware. */
export const SMALL = {
  SIDECAST_HOST: '127.0.0.1',
  SIDECAST_PORT: '0',
  SIDECAST_QUALITIES: '480p',
  SIDECAST_TUNER_QUALITY: '480p',
  SIDECAST_PRESET: 'superfast',
  SIDECAST_HARDWARE_ACCEL: 'none',
  SIDECAST_SEGMENT_SECONDS: '1',
} as const;
