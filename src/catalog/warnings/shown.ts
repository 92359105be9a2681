/** Of items `i`: those that there are, without what follows another one as its part. */
export const SHOWN = 'i.gone_ms is null and i.part_of is null';
