/** The commands that run or show a scan. Each one's code is loaded when it is used. */
import type { Argv } from 'yargs';
import type { Ends } from './ends.ts';
import {
  COLOR_FLAG,
  PLAIN_FLAG,
  RULES_FLAG,
  THEME_FLAG,
  resumeOptions,
  scanOptions,
} from '../scan-options.ts';
import { LANG_FLAG } from '../language.ts';

export function askHostsCommands(parser: Argv, ends: Ends): Argv {
  return parser
    .command(
      'scan [hosts..]',
      'ask hosts why their patches fail, and show the causes',
      (y) =>
        scanOptions(y)
          .example('$0 scan -i fleet.yaml', 'all hosts of an inventory')
          .example("$0 scan -i fleet.yaml 'site:milano,!sql*'", 'some of them')
          .example('$0 scan srv-01 srv-02 --user "ACME\\svc" --password env:PW', 'no inventory')
          .example('$0 scan --only unreachable --from last', 'those of the last run again')
          .example('$0 scan --evidence evidence/', 'stored documents again'),
      ends(async (argv) => (await import('../scan.ts')).scanCommand(argv)),
    )
    .command(
      'resume [run]',
      'go on with an interrupted run; finished hosts are not asked again',
      (y) => resumeOptions(y).example('$0 resume', 'the last run that did not come to its end'),
      ends(async (argv) => (await import('../resume.ts')).resumeCommand(argv)),
    )
    .command(
      'tui [run]',
      'the console over a stored run: nobody is asked',
      (y) =>
        y
          .positional('run', {
            type: 'string',
            default: 'last',
            describe: 'its id, its folder, or last',
          })
          .option('ascii', { type: 'boolean', default: false, describe: 'plain symbols' })
          .option('color', COLOR_FLAG)
          .option('theme', THEME_FLAG)
          .option('lang', LANG_FLAG)
          .option('rules', RULES_FLAG)
          .example('$0 tui', 'the last run'),
      ends(async (argv) => (await import('../tui.ts')).tuiCommand(argv)),
    )
    .command(
      'demo',
      'the embedded demo fleet through the same engine',
      (y) =>
        y
          .option('speed', {
            type: 'number',
            default: 1,
            describe: 'how many times faster than life',
          })
          .option('json', {
            type: 'boolean',
            default: false,
            describe: 'one JSON document on stdout',
          })
          .option('history', {
            type: 'boolean',
            default: false,
            describe: 'a year of it instead: cycles, trends, changes, in a folder of its own',
          })
          .option('plain', PLAIN_FLAG)
          .option('ascii', { type: 'boolean', default: false, describe: 'plain symbols' })
          .option('color', COLOR_FLAG)
          .option('theme', THEME_FLAG)
          .option('lang', LANG_FLAG)
          .option('rules', RULES_FLAG),
      ends(async (argv) => (await import('../demo.ts')).demoCommand(argv)),
    );
}
