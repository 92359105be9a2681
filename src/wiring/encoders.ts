import { ENCODERS } from '../ffmpeg/encoders.ts';
import { EncodersHere } from '../reels/encoders-here.ts';
import { provenEncoders } from '../reels/machine.ts';
import { every } from '../shared/every.ts';
import type { Machine } from './machine.ts';
import type { Common } from './parts.ts';

/** How often an encoder that failed is tried again. */
const PROVE_AGAIN_MS = 600_000;

/** The encoders of this machine; what becomes of them is told in health. */
export function openEncoders({ machine, clock, health, logger, closers }: Common & { machine: Machine }): EncodersHere {
  const encoders = new EncodersHere({
    best: machine.encoder,
    prove: async (encoder) => (await provenEncoders([encoder], machine.measuring)).length > 0,
    onChange: (encoder, problem) => {
      const { codec } = ENCODERS[encoder];
      if (problem === undefined) {
        health.clear('encoder_lost', encoder);
        logger.info({ encoder }, `${codec} works again; streams that begin from now on use it`);
      } else {
        health.raise('encoder_lost', encoder, `${codec} failed while on air, saying "${problem}"`);
        logger.error({ encoder, problem }, `${codec} failed; streams go on with the software encoder`);
      }
    },
  });
  closers.add(every(clock, PROVE_AGAIN_MS, () => void encoders.proveAgain()));
  return encoders;
}
