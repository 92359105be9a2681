import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// What the tests of one run share, such as the program that they start.
const shared = mkdtempSync(path.join(tmpdir(), 'sidecast-tests-'));
process.env.TESTS_SHARED_FOLDER = shared;
process.once('exit', () => rmSync(shared, { recursive: true }));

export default {
  testEnvironment: 'node',
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
  testTimeout: 60_000,
  maxWorkers: 2,
};
