let isQuiet = false;

/** With `--json`, standard output holds nothing else. */
export function setQuiet(quiet) {
  isQuiet = quiet;
}

/** Tells a person how it goes. */
export function say(text) {
  (isQuiet ? process.stderr : process.stdout).write(text);
}
