/** The commands that keep the history: changes, re-diagnosis, what is carried, what goes. */
import type { Argv } from 'yargs';
import { CLIENT_FLAG } from '../list-options.ts';
import { LANG_FLAG } from '../language.ts';
import { RULES_FLAG } from '../scan-options.ts';
import type { Ends } from './ends.ts';

export function keepHistoryCommands(parser: Argv, ends: Ends): Argv {
  const text = { type: 'string', requiresArg: true } as const;
  return parser
    .command('change', 'a journal of what was changed, and what it did', (y) =>
      y
        .command(
          'add <text>',
          'notes what was changed, when, and on which hosts',
          (y) =>
            y
              .positional('text', { type: 'string', demandOption: true, describe: 'what' })
              .options({
                at: {
                  ...text,
                  describe: 'when (UTC): 2026-11-03 or 2026-11-03T18:30; now without',
                },
                hosts: {
                  ...text,
                  describe: 'names and label:value by comma, with *; all hosts without',
                },
                client: CLIENT_FLAG,
              })
              .example(
                '$0 change add "moved WSUS to a new server" --at 2026-11-03 --hosts site:milano',
                'then change show tells what it did',
              ),
          ends(async (argv) => (await import('../change.ts')).changeAddCommand(argv)),
        )
        .command(
          'show [id]',
          'hosts that it touched, before and after, beside the others',
          (y) =>
            y
              .positional('id', { type: 'string', describe: 'as list changes tells; the last one' })
              .options({
                client: CLIENT_FLAG,
                json: { type: 'boolean', default: false, describe: 'as JSON' },
                lang: LANG_FLAG,
              }),
          ends(async (argv) => (await import('../change.ts')).changeShowCommand(argv)),
        )
        .demandCommand(
          1,
          'say what to do: change add TEXT or change show; list changes lists them',
        ),
    )
    .command(
      'rediagnose [run]',
      "a past run by today's rules, and how that differs from what was said then",
      (y) =>
        y
          .positional('run', { type: 'string', default: 'last', describe: 'its id or folder' })
          .options({
            rules: RULES_FLAG,
            client: CLIENT_FLAG,
            all: { type: 'boolean', default: false, describe: 'hosts without change too' },
            json: { type: 'boolean', default: false, describe: 'as JSON' },
            lang: LANG_FLAG,
          }),
      ends(async (argv) => (await import('../rediagnose.ts')).rediagnoseCommand(argv)),
    )
    .command(
      'export <file>',
      "a client's history as one file, to be kept or merged elsewhere",
      (y) =>
        y
          .positional('file', { type: 'string', demandOption: true, describe: 'a new file' })
          .options({
            client: CLIENT_FLAG,
            evidence: {
              type: 'boolean',
              default: true,
              describe: 'with evidence; --no-evidence keeps it small',
            },
          })
          .example(
            '$0 export acme.history.gz --client acme',
            'holds what evidence holds: keep it safe',
          ),
      ends(async (argv) => (await import('../carry.ts')).exportCommand(argv)),
    )
    .command(
      'import <files..>',
      'merges exported histories into this one',
      (y) =>
        y.positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'files that export wrote',
        }),
      ends(async (argv) => (await import('../carry.ts')).importCommand(argv)),
    )
    .command(
      'prune',
      'takes out what is too old to be kept; says first what goes',
      (y) =>
        y.options({
          runs: { ...text, default: '400', describe: 'runs are kept so many days' },
          evidence: { ...text, default: '90', describe: 'evidence documents so many' },
          client: { ...CLIENT_FLAG, describe: 'of this client only; of all without' },
          yes: { type: 'boolean', default: false, describe: 'do it' },
        }),
      ends(async (argv) => (await import('../prune.ts')).pruneCommand(argv)),
    );
}
