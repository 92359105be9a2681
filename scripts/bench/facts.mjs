/** What a look into a film finds, as the catalog keeps it. */
export const FACTS = {
  ...{ durationMs: 2_500_000, frameRate: { num: 24_000, den: 1001 }, variableFrameRate: false, width: 1920 },
  ...{ height: 1080, sampleAspect: { num: 1, den: 1 }, displayAspect: { num: 16, den: 9 }, videoCodec: 'h264' },
  ...{ fieldOrder: 'progressive', colourMatrix: 'bt709', hdr: false, seekable: true, soundTracks: [] },
};
