import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// What the tests of one run share, such as the program that they start.
const temporary = tmpdir();
const shared = mkdtempSync(path.join(temporary, 'sidecast-tests-'));
process.env.TESTS_SHARED_FOLDER = shared;
// What a test leaves behind, or a browser that it started, goes with it. Some run a program as another user.
chmodSync(shared, 0o711);
process.env.TMPDIR = path.join(shared, 'tmp');
mkdirSync(process.env.TMPDIR);
process.once('exit', () => rmSync(shared, { recursive: true, force: true }));

export default {
  testEnvironment: '<rootDir>/jest.environment.js',
  // What jest puts around globals that outlive a file runs in circles when somebody sets them, such as the end of a child.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testSequencer: '<rootDir>/jest.sequencer.js',
  cacheDirectory: path.join(temporary, 'sidecast-jest'),
  testTimeout: 60_000,
  // Some wait for a clock or a player most of the time, and leave a processor to others.
  maxWorkers: 3,
  // Node keeps the modules of every file that a worker has run: to start a child takes longer, the larger its parent is.
  workerIdleMemoryLimit: '200MB',
};
