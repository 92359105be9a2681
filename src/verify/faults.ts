/** What the judge can find fault with: stable, for scripts. */
export type FaultCode =
  // packets and tables
  | 'sync_lost'
  | 'transport_error'
  | 'scrambled'
  | 'continuity'
  | 'pat_missing'
  | 'pmt_missing'
  | 'tables_crc'
  | 'tables_changed'
  | 'pes_broken'
  // the programme clock
  | 'pcr_missing'
  | 'pcr_interval'
  | 'pcr_back'
  | 'pcr_late'
  // picture
  | 'picture_step'
  | 'picture_untimed'
  | 'decode_order'
  | 'decode_step'
  | 'pts_before_dts'
  | 'parameter_sets_changed'
  // sound
  | 'sound_gap'
  | 'sound_overlap'
  | 'sound_broken'
  | 'sound_changed'
  | 'sound_offset'
  // segments and playlists
  | 'segment_start'
  | 'segment_missing'
  | 'segment_skipped'
  | 'segment_renamed'
  | 'extinf'
  | 'extinf_changed'
  | 'date'
  | 'date_changed'
  | 'target_duration'
  | 'target_duration_changed'
  | 'media_sequence_back'
  | 'discontinuity_sequence'
  | 'endlist_missing'
  | 'event_shrunk'
  | 'playlist_missing'
  | 'playlist_stalled'
  // the whole
  | 'source_broken'
  | 'decoder_warning';

/** One kind of fault: the first of its occurrences in words, and how many there were. */
export interface Fault {
  readonly code: FaultCode;
  readonly sentence: string;
  /** Seconds of media from where the judge began to read. */
  readonly atSeconds?: number;
  readonly count: number;
}

/** What a check needs to report: a time is given where the fault lies in the media. */
export type TellFault = (code: FaultCode, sentence: string, atSeconds?: number, count?: number) => void;

/** Gathers faults by kind, so that a stream that is wrong throughout is told in a few lines. */
export class FaultList {
  private readonly byCode = new Map<FaultCode, Fault>();

  readonly tell: TellFault = (code, sentence, atSeconds, count = 1) => {
    const known = this.byCode.get(code);
    if (known !== undefined) this.byCode.set(code, { ...known, count: known.count + count });
    else this.byCode.set(code, { code, sentence, count, ...(atSeconds === undefined ? {} : { atSeconds }) });
  };

  list(): Fault[] {
    return [...this.byCode.values()];
  }
}
