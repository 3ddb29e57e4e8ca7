/** The commands that tell what is stored and known; no host is asked. Each one's code is loaded when it is used. */
import type { Argv } from 'yargs';
import type { Ends } from './ends.ts';
import { RULES_FLAG } from '../scan-options.ts';
import { CLIENT_FLAG, listOptions } from '../list-options.ts';
import { AUDIENCES } from '../../core/entry.ts';
import { LANG_FLAG, NOTES_FLAG } from '../language.ts';

export function readRunsCommands(parser: Argv, ends: Ends): Argv {
  return parser
    .command(
      'explain <what>',
      'a host: its last verdict and the proof; a code, a cause, an update: what is known of it',
      (y) =>
        y
          .positional('what', {
            type: 'string',
            demandOption: true,
            describe: 'host name, cause id, KB number, or code (hex, decimal)',
          })
          .option('evidence', {
            type: 'string',
            array: true,
            describe: 'look in these documents instead of the last run',
          })
          .option('rules', RULES_FLAG)
          .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
          .option('status', {
            type: 'boolean',
            default: false,
            describe: 'a host: the path to its state, test by test',
          })
          .option('lang', LANG_FLAG)
          .option('audience', {
            choices: AUDIENCES,
            default: 'tech' as const,
            describe: 'for who mends hosts, or for who answers for them',
          })
          .option('notes', NOTES_FLAG)
          .example('$0 explain disk-full --lang it', 'a cause, with what to do')
          .example('$0 explain KB5034441', 'an update: who fails, misses or has it')
          .example('$0 explain ws-0142 --status', 'why this state, and what it hides'),
      ends(async (argv) => (await import('../explain.ts')).explainCommand(argv)),
    )
    .command(
      'list <table>',
      'tables of what is stored: causes, hosts, patches, each patch on each host, its life, runs',
      (y) =>
        listOptions(y)
          .example('$0 list patches', 'what the fleet of the last run has, misses and fails with')
          .example('$0 list host-patches --status failed', 'which patch failed on which host')
          .example('$0 list life --host ws-0142 --kb 5034441', 'the life of one patch on one host')
          .example(
            '$0 list verdicts',
            'which patches fail more often than chance and their hosts explain',
          )
          .example('$0 list cycles', 'days until 75, 90 and 100 % of the hosts had each month')
          .example('$0 list patches --order install --format csv', 'for a spreadsheet'),
      ends(async (argv) => (await import('../list.ts')).listCommand(argv)),
    )
    .command(
      'diff [before] [after]',
      'what changed between two runs: cured, new, cause changed, crossed the threshold',
      (y) =>
        y
          .positional('before', { type: 'string', describe: 'a run by its id or folder' })
          .positional('after', { type: 'string', describe: 'the later one; the last without both' })
          .option('all', { type: 'boolean', default: false, describe: 'hosts without change too' })
          .option('exit-code', {
            type: 'boolean',
            default: false,
            describe: 'end with 3 when something changed',
          })
          .option('client', CLIENT_FLAG)
          .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
          .option('lang', LANG_FLAG)
          .example('$0 diff', 'the last run, and the one before it over the same hosts'),
      ends(async (argv) => (await import('../diff.ts')).diffCommand(argv)),
    )
    .command(
      'history <what>',
      'how a host, a cause or an update stood from run to run',
      (y) =>
        y
          .positional('what', {
            type: 'string',
            demandOption: true,
            describe:
              "host name, cause id or KB number; rebuild makes the history anew from the runs' files",
          })
          .option('client', CLIENT_FLAG)
          .option('since', { type: 'string', requiresArg: true, describe: 'from this day on' })
          .option('all', {
            type: 'boolean',
            default: false,
            describe: 'every run, also those in which nothing changed',
          })
          .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
          .option('lang', LANG_FLAG)
          .example('$0 history ws-0142', 'when it began to fail, and with what'),
      ends(async (argv) => (await import('../history.ts')).historyCommand(argv)),
    )
    .command(
      'report <kind>',
      'what a run comes to, for those who answer for the fleet',
      (y) =>
        y
          .positional('kind', {
            choices: ['overview', 'failures'] as const,
            demandOption: true,
            describe:
              'overview: how the fleet stands, why, what brings most hosts back; failures: by cause, every host, since when, what mends it',
          })
          .option('run', {
            type: 'string',
            requiresArg: true,
            default: 'last',
            describe: 'a run by its id or folder, last, or demo',
          })
          .option('format', {
            choices: ['html', 'md', 'json'] as const,
            default: 'html' as const,
            describe: 'one page of HTML that needs nothing else, Markdown, or JSON',
          })
          .option('output', {
            alias: 'o',
            type: 'string',
            requiresArg: true,
            describe: 'write it to this file',
          })
          .option('lang', LANG_FLAG)
          .option('notes', NOTES_FLAG)
          .example('$0 report overview -o overview.html', 'of the last run, to open or to print')
          .example('$0 report overview --run demo --lang ja > demo.html', 'without a fleet'),
      ends(async (argv) => (await import('../report.ts')).reportCommand(argv)),
    )
    .command(
      'runbook [cause]',
      "the team's handbook: every cause, what to do, and your own notes",
      (y) =>
        y
          .positional('cause', { type: 'string', describe: 'one cause instead of all' })
          .option('format', {
            choices: ['md', 'html'] as const,
            default: 'md' as const,
            describe: 'Markdown, or one page of HTML',
          })
          .option('lang', LANG_FLAG)
          .option('notes', NOTES_FLAG)
          .option('rules', RULES_FLAG)
          .example('$0 runbook --format html --lang ja > runbook.html', 'to print or publish'),
      ends(async (argv) => (await import('../runbook.ts')).runbookCommand(argv)),
    );
}
