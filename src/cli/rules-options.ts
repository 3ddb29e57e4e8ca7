/** The flags of `rules`. */
import type { Argv, InferredOptionTypes, Options } from 'yargs';
import { RULES_FLAG } from './scan-options.ts';

const ACTIONS = ['list', 'show', 'facts', 'lint', 'test'] as const;

const FLAGS = {
  rules: RULES_FLAG,
  against: {
    type: 'string',
    array: true,
    nargs: 1,
    describe:
      'test, facts: stored evidence: a run id, last, demo, a folder, a file; may be given again',
  },
  host: { type: 'string', requiresArg: true, describe: 'facts: their values on this host' },
  json: { type: 'boolean', default: false, describe: 'as JSON' },
} as const satisfies Record<string, Options>;

export type RulesArguments = InferredOptionTypes<typeof FLAGS> & {
  readonly action: (typeof ACTIONS)[number];
  readonly names?: string[] | undefined;
};

export function rulesOptions<T>(parser: Argv<T>) {
  return parser
    .positional('action', { choices: ACTIONS, demandOption: true })
    .positional('names', {
      type: 'string',
      array: true,
      describe: 'show: causes. facts: facts. lint, test: files of rules, or folders',
    })
    .options(FLAGS);
}
