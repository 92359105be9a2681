import type { TellFault } from './faults.ts';
import type { MediaPlaylist } from './playlist.ts';
import type { ListedSegment } from './segment.ts';
import { nameOf } from './segment.ts';

/** Judges a media playlist in itself and against its earlier states (RFC 8216, 4.3.3 and 6.2.1). */
export class PlaylistJudge {
  loads = 0;
  private last: MediaPlaylist | undefined;
  private readonly known = new Map<number, ListedSegment>();

  constructor(private readonly tell: TellFault) {}

  judge(playlist: MediaPlaylist): void {
    this.loads++;
    this.judgeTargetDuration(playlist);
    if (playlist.type === 'VOD' && !playlist.isEnded) {
      this.tell('endlist_missing', 'the playlist is of type VOD but has no EXT-X-ENDLIST');
    }
    if (this.last !== undefined) this.compare(this.last, playlist);
    for (const segment of playlist.segments) this.judgeSegment(segment);
    for (const sequence of this.known.keys()) {
      if (sequence < playlist.mediaSequence) this.known.delete(sequence);
    }
    this.last = playlist;
  }

  private judgeTargetDuration({ targetSeconds, segments }: MediaPlaylist): void {
    if (targetSeconds === undefined) {
      this.tell('target_duration', 'the playlist has no EXT-X-TARGETDURATION');
      return;
    }
    for (const segment of segments) {
      // Each segment is told once, not at every reload.
      if (this.known.has(segment.sequence) || Math.round(segment.durationSeconds) <= targetSeconds) continue;
      const said = `EXTINF of ${nameOf(segment)} is ${segment.durationSeconds} s`;
      this.tell('target_duration', `${said}, more than the target duration of ${targetSeconds} s`);
    }
  }

  private compare(before: MediaPlaylist, now: MediaPlaylist): void {
    if (now.mediaSequence < before.mediaSequence) {
      this.tell(
        'media_sequence_back',
        `the media sequence goes back from ${before.mediaSequence} to ${now.mediaSequence}`,
      );
    }
    if (before.type === 'EVENT' && now.mediaSequence > before.mediaSequence) {
      this.tell('event_shrunk', 'the playlist is of type EVENT but drops segments from its beginning');
    }
    if (before.targetSeconds !== now.targetSeconds) {
      const change = `from ${before.targetSeconds ?? 'none'} to ${now.targetSeconds ?? 'none'}`;
      this.tell('target_duration_changed', `the target duration changes ${change}`);
    }
  }

  private judgeSegment(segment: ListedSegment): void {
    const before = this.known.get(segment.sequence);
    this.known.set(segment.sequence, segment);
    if (before === undefined) return;
    if (before.url !== segment.url) {
      this.tell('segment_renamed', `segment ${segment.sequence} was ${before.uri} and is now ${segment.uri}`);
    }
    if (before.dateMs !== undefined && segment.dateMs !== undefined && before.dateMs !== segment.dateMs) {
      const move = segment.dateMs - before.dateMs;
      this.tell('date_changed', `the date of ${nameOf(segment)} moves by ${move} ms from one reload to the next`);
    }
    if (before.durationSeconds !== segment.durationSeconds) {
      const change = `from ${before.durationSeconds} s to ${segment.durationSeconds} s`;
      this.tell('extinf_changed', `EXTINF of ${nameOf(segment)} changes ${change} from one reload to the next`);
    }
    if (before.timeline !== segment.timeline) {
      const change = `${before.timeline} discontinuities before it, now ${segment.timeline}`;
      this.tell('discontinuity_sequence', `${nameOf(segment)} had ${change}: EXT-X-DISCONTINUITY-SEQUENCE is wrong`);
    }
  }
}
