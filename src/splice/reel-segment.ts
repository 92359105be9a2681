import { PIECE_OFFSET_SECONDS } from '../ffmpeg/reel-args.ts';
import { type Grid, SAMPLE_RATE, TICKS_PER_SECOND, TICKS_PER_SOUND_FRAME, ticksPerPicture } from '../schedule/grid.ts';
import { CUT_MARGIN_SAMPLES, REORDER_PICTURES, soundCut } from '../schedule/sound-cut.ts';
import { AppError } from '../shared/errors.ts';
import { type Piece, readPiece } from './read-piece.ts';

/** A picture in decode order with its place among the segment's F, as shown. */
export interface ReelPicture {
  readonly place: number;
  readonly data: Uint8Array;
}

/** A whole reel segment: F pictures, and the sound frames soundCut(j) … soundCut(j+1)-1, in order. */
export interface ReelSegment {
  readonly pictures: readonly ReelPicture[];
  readonly soundFrames: readonly Uint8Array[];
}

/** Reads piece j of an item; `piece_not_whole` names what is missing or out of place. */
export function readReelSegment(grid: Grid, reelSegment: number, bytes: Uint8Array): ReelSegment {
  const piece = readPiece(bytes);
  return { pictures: placePictures(grid, reelSegment, piece), soundFrames: placeSound(grid, reelSegment, piece) };
}

/** The pictures alone, which may be whole where the sound is not. */
export function readReelPictures(grid: Grid, reelSegment: number, bytes: Uint8Array): ReelPicture[] {
  return placePictures(grid, reelSegment, readPiece(bytes));
}

function placePictures(grid: Grid, reelSegment: number, piece: Piece): ReelPicture[] {
  const count = grid.framesPerSegment;
  const { p, q } = ticksPerPicture(grid.rate);
  const pictures = piece.pictures.map(({ pts, data }) => ({
    place: Math.round(((pts - PIECE_OFFSET_SECONDS * TICKS_PER_SECOND) * q) / p) - reelSegment * count,
    data,
  }));
  if (pictures.length !== count) throw notWhole(reelSegment, `${pictures.length} pictures, not ${count}`);
  if (piece.pictures[0]?.isKey !== true) throw notWhole(reelSegment, 'the first picture is no key picture');
  if (pictures[0]?.place !== 0) throw notWhole(reelSegment, `begins with picture ${pictures[0]?.place}`);
  const places = new Set(pictures.map(({ place }) => place));
  for (let place = 0; place < count; place++) {
    if (!places.has(place)) throw notWhole(reelSegment, `picture ${place} is missing`);
  }
  pictures.forEach(({ place }, decodeOrder) => {
    if (place < decodeOrder - REORDER_PICTURES) throw notWhole(reelSegment, `picture ${place} is reordered too deeply`);
  });
  return pictures;
}

function placeSound(grid: Grid, reelSegment: number, piece: Piece): Uint8Array[] {
  const first = soundCut(grid, reelSegment);
  const end = soundCut(grid, reelSegment + 1);
  const [picture = { pts: 0, dts: 0 }] = piece.pictures;
  // As much earlier as the encoder has its pictures decoded before they are shown.
  const earlyTicks = picture.pts - picture.dts + Math.round((CUT_MARGIN_SAMPLES * TICKS_PER_SECOND) / SAMPLE_RATE);
  const origin = PIECE_OFFSET_SECONDS * TICKS_PER_SECOND - earlyTicks;
  const kept = piece.soundFrames
    .map(({ pts, data }) => ({ frame: Math.round((pts - origin) / TICKS_PER_SOUND_FRAME), data }))
    // A run's first piece begins with the encoder's lead-in, its last one ends with a lead-out.
    .filter(({ frame }) => frame >= first && frame < end);
  if (kept.length !== end - first) throw notWhole(reelSegment, `${kept.length} sound frames, not ${end - first}`);
  kept.forEach(({ frame }, index) => {
    if (frame !== first + index) throw notWhole(reelSegment, `sound frame ${first + index} is missing`);
  });
  return kept.map(({ data }) => data);
}

function notWhole(reelSegment: number, what: string): AppError {
  return new AppError('piece_not_whole', `reel segment ${reelSegment} is not whole: ${what}`);
}
