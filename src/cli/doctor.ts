import { type Check } from '../doctor/finding.ts';
import { examine, renderExamined } from '../doctor/examine.ts';
import { EXIT } from './exit-codes.ts';

/** The checks of the whole way; closing it ends what it has started. */
export interface Doctor extends AsyncDisposable {
  readonly checks: readonly Check[];
}

export interface RunDoctorOptions {
  readonly doctor: Doctor;
  readonly print: (text: string) => void;
}

/** Prints what each check finds as soon as it is known, and gives the exit code. */
export async function runDoctor({ doctor, print }: RunDoctorOptions): Promise<number> {
  let count = 0;
  for await (const examined of examine(doctor.checks)) {
    print(renderExamined(examined));
    count += examined.findings.filter(({ kind }) => kind === 'wrong').length;
  }
  print(count === 0 ? '\nAll is well.\n' : `\n${count} ${count === 1 ? 'thing is' : 'things are'} wrong.\n`);
  return count === 0 ? EXIT.fine : EXIT.failed;
}
