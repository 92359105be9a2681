/** Items of a library that are looked at before others have their turn: a millisecond or less. */
const STEP_ITEMS = 500;

/** Work that takes long, by and by: between its steps others may have their turn. */
export type Steps<T> = Generator<undefined, T>;

/** Whether as many items were looked at as make a step, by the index of the last one. */
export function isStepOver(index: number): boolean {
  return index % STEP_ITEMS === STEP_ITEMS - 1;
}

/** All steps at once, for who has nobody else to think of. */
export function allOf<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
