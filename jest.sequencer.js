import Sequencer from '@jest/test-sequencer';

/** What encodes most takes longest: begun last, it would keep one processor waiting for the other. */
const FIRST = ['/test/reels/', '/test/splice/', '/test/acceptance/'];

/** The order of test files where nothing is known of earlier runs. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const placeOf = ({ path }) => {
      const place = FIRST.findIndex((folder) => path.includes(folder));
      return place < 0 ? FIRST.length : place;
    };
    return super.sort(tests).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
