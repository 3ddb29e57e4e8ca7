/** The command line: the only place where parts are wired together. Every command's code is loaded when it is used. */
import yargs, { type Argv } from 'yargs';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { printableLines } from '../core/printable.ts';
import { masked } from '../core/secret.ts';
import { catchCrashes, reportCrash } from './crash.ts';
import { watchOutput, writeAll } from './output-stream.ts';
import { VERSION } from './version.ts';
import {
  COLOR_FLAG,
  doctorOptions,
  PLAIN_FLAG,
  resumeOptions,
  RULES_FLAG,
  scanOptions,
  THEME_FLAG,
} from './scan-options.ts';
import { listOptions } from './list-options.ts';
import { rulesOptions } from './rules-options.ts';
import { AUDIENCES } from '../core/entry.ts';
import { LANG_FLAG, NOTES_FLAG } from './language.ts';
import { keepOldSpaceTight } from './tight-heap.ts';

/** Runs one command line and ends the process with its exit code, once everything is written. */
export async function main(words: readonly string[]): Promise<void> {
  keepOldSpaceTight();
  catchCrashes();
  watchOutput(process.stderr, () => undefined);
  const { stdout } = process;
  const fate = watchOutput(stdout, () => undefined);
  const code = await run(words);
  await Promise.all([writeAll(stdout, ''), writeAll(process.stderr, '')]);
  if (fate.lost !== undefined) {
    await writeAll(process.stderr, `patchwhy: the output could not be written (${fate.lost})\n`);
    process.exit(1);
  }
  process.exit(code);
}

async function run(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const ends =
    <A>(command: (argv: A) => Promise<ExitCode>) =>
    async (argv: A): Promise<void> => {
      code = await command(argv);
    };
  const parser = commands(yargs(), ends)
    .scriptName('patchwhy')
    .usage(
      '$0: why did the patches fail, and which one thing, fixed once, brings the most hosts back?',
    )
    .example('$0 demo', 'a fleet of 120 hosts, no Windows needed')
    .example('$0 scan -i fleet.yaml', 'ask all hosts of an inventory, live')
    .example('$0 scan -i fleet.yaml --json | jq .causes', 'the same for a script')
    .example('$0 explain ws-0142', 'the last verdict on a host, with its proof')
    .example('$0 explain 0x80070643', 'what a code means')
    .demandCommand(
      1,
      'say what to do: scan, resume, tui, demo, explain, list, diff, history, report, runbook, rules, doctor, auth, collector, evidence, inventory check or version',
    )
    .strict()
    .recommendCommands()
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .version(`patchwhy ${VERSION}`)
    .check(refuseRepeated)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns || 80))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // Its own errors of use come either way.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new PatchwhyError(
        'use',
        message || (error?.message ?? ''),
        'patchwhy --help shows the commands, --help behind a command its options',
      );
    });
  try {
    await parser.parseAsync(words.map(stdinWord));
    return code;
  } catch (error) {
    const verbose = words.some((word) => /^-v+$|^--verbose$/.test(word));
    return report(error, verbose);
  }
}

function commands(
  parser: Argv,
  ends: <A>(command: (argv: A) => Promise<ExitCode>) => (argv: A) => Promise<void>,
): Argv {
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
      ends(async (argv) => (await import('./scan.ts')).scanCommand(argv)),
    )
    .command(
      'resume [run]',
      'go on with an interrupted run; finished hosts are not asked again',
      (y) => resumeOptions(y).example('$0 resume', 'the last run that did not come to its end'),
      ends(async (argv) => (await import('./resume.ts')).resumeCommand(argv)),
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
      ends(async (argv) => (await import('./tui.ts')).tuiCommand(argv)),
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
          .option('plain', PLAIN_FLAG)
          .option('ascii', { type: 'boolean', default: false, describe: 'plain symbols' })
          .option('color', COLOR_FLAG)
          .option('theme', THEME_FLAG)
          .option('lang', LANG_FLAG)
          .option('rules', RULES_FLAG),
      ends(async (argv) => (await import('./demo.ts')).demoCommand(argv)),
    )
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
      ends(async (argv) => (await import('./explain.ts')).explainCommand(argv)),
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
          .example('$0 list patches --order install --format csv', 'for a spreadsheet'),
      ends(async (argv) => (await import('./list.ts')).listCommand(argv)),
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
          .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
          .option('lang', LANG_FLAG)
          .example('$0 diff', 'the last run, and the one before it over the same hosts'),
      ends(async (argv) => (await import('./diff.ts')).diffCommand(argv)),
    )
    .command(
      'history <what>',
      'how a host, a cause or an update stood from run to run',
      (y) =>
        y
          .positional('what', {
            type: 'string',
            demandOption: true,
            describe: 'host name, cause id or KB number',
          })
          .option('since', { type: 'string', requiresArg: true, describe: 'from this day on' })
          .option('all', {
            type: 'boolean',
            default: false,
            describe: 'every run, also those in which nothing changed',
          })
          .option('json', { type: 'boolean', default: false, describe: 'as JSON' })
          .option('lang', LANG_FLAG)
          .example('$0 history ws-0142', 'when it began to fail, and with what'),
      ends(async (argv) => (await import('./history.ts')).historyCommand(argv)),
    )
    .command(
      'report <kind>',
      'what a run comes to, for those who answer for the fleet',
      (y) =>
        y
          .positional('kind', {
            choices: ['overview'] as const,
            demandOption: true,
            describe: 'overview: how the fleet stands, why, what brings most hosts back',
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
      ends(async (argv) => (await import('./report.ts')).reportCommand(argv)),
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
      ends(async (argv) => (await import('./runbook.ts')).runbookCommand(argv)),
    )
    .command(
      'doctor [host]',
      'why a host cannot be reached, step by step; without a host: what this machine lacks',
      (y) =>
        doctorOptions(y)
          .example('$0 doctor', 'Node, terminal, clock, DNS, ticket, agent, keychain, evidence')
          .example('$0 doctor ws-0142 -i fleet.yaml', 'the way to one host, with what to do')
          .example("$0 doctor srv-01 --user 'ACME\\svc'", 'a host that is in no inventory'),
      ends(async (argv) => (await import('./doctor.ts')).doctorCommand(argv)),
    )
    .command(
      'collector <action>',
      'the script that runs on hosts: show it, pack it for a host that nothing reaches, or write an endpoint for it (jea)',
      (y) =>
        y
          .positional('action', { choices: ['show', 'pack', 'jea'] as const, demandOption: true })
          .option('output', {
            alias: 'o',
            type: 'string',
            requiresArg: true,
            describe:
              'pack: the file to write, or its folder; - for stdout. jea: the folder (patchwhy-jea)',
          })
          .option('role-group', {
            type: 'string',
            requiresArg: true,
            describe: String.raw`jea: who may use the endpoint, as DOMAIN\GROUP`,
          })
          .option('name', {
            type: 'string',
            requiresArg: true,
            default: 'patchwhy',
            describe: 'jea: name of the endpoint',
          })
          .option('sha256', { type: 'boolean', default: false, describe: 'show: its hash alone' })
          .option('force', { type: 'boolean', default: false, describe: 'write over a file' }),
      ends(async (argv) => {
        const { action, output } = argv;
        if (action !== 'jea')
          return (await import('./collector.ts')).collectorCommand({ ...argv, action });
        const { collectorJeaCommand } = await import('./collector-jea.ts');
        return collectorJeaCommand({ ...argv, output: output ?? 'patchwhy-jea' });
      }),
    )
    .command(
      'evidence <action> [paths..]',
      'documents from elsewhere, or for elsewhere: import, verify, redact, export, list',
      (y) =>
        y
          .positional('action', {
            choices: ['import', 'verify', 'redact', 'export', 'list'] as const,
            demandOption: true,
          })
          .positional('paths', {
            type: 'string',
            array: true,
            describe: 'bundles, documents, folders, or stored runs by id (or last)',
          })
          .option('output', {
            alias: 'o',
            type: 'string',
            requiresArg: true,
            describe: 'redact, export: the file to write; stdout without it',
          })
          .option('key', {
            type: 'string',
            requiresArg: true,
            describe:
              'redact: where a word is (env:NAME, file:PATH); the same one masks names alike in another call',
          })
          .example('$0 evidence import usb/*.patchwhy', 'what air-gapped hosts brought')
          .example('$0 evidence redact last -o for-vendor.ndjson', 'names masked'),
      ends(async (argv) => (await import('./evidence.ts')).evidenceCommand(argv)),
    )
    .command(
      'rules <action> [names..]',
      'the causes and their signs: list, show, facts; your own: lint, test',
      (y) =>
        rulesOptions(y)
          .example('$0 rules show disk-full', 'its signs in order, what it beats, its runbook')
          .example('$0 rules facts system', 'what a condition may ask of the system volume')
          .example('$0 rules lint acme.yaml', 'all that is wrong with it')
          .example('$0 rules test acme.yaml --against last', 'what it would change'),
      ends(async (argv) => (await import('./rules.ts')).rulesCommand(argv)),
    )
    .command(
      'inventory <action> <file>',
      'check an inventory file',
      (y) =>
        y
          .positional('action', { choices: ['check'] as const, demandOption: true })
          .positional('file', { type: 'string', demandOption: true }),
      ends(async (argv) => (await import('./inventory.ts')).inventoryCheckCommand(argv)),
    )
    .command(
      'auth <action> [name..]',
      'credentials: list, test, add to the keychain, remove from it',
      (y) =>
        y
          .positional('action', {
            choices: ['list', 'test', 'add', 'remove'] as const,
            demandOption: true,
          })
          .positional('name', {
            type: 'string',
            array: true,
            describe: 'a credential of the inventory, a reference, or a keychain entry',
          })
          .option('inventory', {
            alias: 'i',
            type: 'string',
            requiresArg: true,
            describe: 'the inventory, a YAML file',
          })
          .option('host', {
            type: 'string',
            requiresArg: true,
            describe: 'test: sign in to this host, once',
          })
          .option('from-stdin', {
            type: 'boolean',
            default: false,
            describe: 'add: read the secret from stdin',
          })
          .option('input', {
            type: 'boolean',
            default: true,
            describe: '--no-input never asks for anything',
          })
          .example('$0 auth list -i fleet.yaml', 'where each credential is from, and its state')
          .example('$0 auth test domain -i fleet.yaml --host srv-01', 'one log-on')
          .example('$0 auth test keychain:acme', 'a reference by itself')
          .example('pass show acme | head -1 | $0 auth add acme --from-stdin', 'to the keychain'),
      ends(async (argv) => (await import('./auth.ts')).authCommand(argv)),
    )
    .command(
      'version',
      'print the version',
      {},
      ends(async () => {
        await writeAll(process.stdout, `patchwhy ${VERSION}\n`);
        return 0;
      }),
    );
}

/** A flag given twice would keep only one of its values, and nobody would know which. */
function refuseRepeated(argv: Record<string, unknown>): true {
  const lists = new Set(['_', 'hosts', 'evidence', 'name', 'names', 'paths', 'rules', 'against']);
  const repeated = Object.keys(argv).find((key) => Array.isArray(argv[key]) && !lists.has(key));
  if (repeated === undefined) return true;
  const flag = repeated.length === 1 ? `-${repeated}` : `--${repeated}`;
  throw new PatchwhyError('use', `${flag} is given more than once`, 'give it once');
}

/** yargs drops a lone dash among hosts; `@-` means the same: names on stdin. */
function stdinWord(word: string, at: number, words: readonly string[]): string {
  return word === '-' && words[at - 1]?.startsWith('-') !== true ? '@-' : word;
}

/** One line that names what went wrong, one that says what to do. */
async function report(error: unknown, verbose: boolean): Promise<ExitCode> {
  if (error instanceof PatchwhyError) {
    const cause = verbose && error.cause instanceof Error ? `\n  ${error.cause.message}` : '';
    const text = `patchwhy: ${error.message}\n  ${error.hint}${cause}\n`;
    await writeAll(process.stderr, printableLines(masked(text)));
    return error.exitCode;
  }
  return reportCrash(error, verbose);
}
