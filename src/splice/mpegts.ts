/** The numbers of MPEG-TS that reading and writing share (ISO/IEC 13818-1). */
export const PACKET_BYTES = 188;
export const HEADER_BYTES = 4;
export const PAYLOAD_BYTES = PACKET_BYTES - HEADER_BYTES;
export const SYNC_BYTE = 0x47;
/** Continuity counters count to this and begin again. */
export const COUNTER_VALUES = 16;

/** Packet identifiers of everything that is aired, the same as ffmpeg's muxer gives its pieces. */
export const PAT_PID = 0;
export const PMT_PID = 0x1000;
export const PICTURE_PID = 0x100;
export const SOUND_PID = 0x101;
