/** The commands around a scan: ways, credentials, rules, the collector and its documents. Each one's code is loaded when it is used. */
import type { Argv } from 'yargs';
import type { Ends } from './ends.ts';
import { doctorOptions } from '../scan-options.ts';
import { rulesOptions } from '../rules-options.ts';
import { writeAll } from '../output-stream.ts';
import { VERSION } from '../version.ts';

export function setUpCommands(parser: Argv, ends: Ends): Argv {
  return parser
    .command(
      'doctor [host]',
      'why a host cannot be reached, step by step; without a host: what this machine lacks',
      (y) =>
        doctorOptions(y)
          .example('$0 doctor', 'Node, terminal, clock, DNS, ticket, agent, keychain, evidence')
          .example('$0 doctor ws-0142 -i fleet.yaml', 'the way to one host, with what to do')
          .example("$0 doctor srv-01 --user 'ACME\\svc'", 'a host that is in no inventory'),
      ends(async (argv) => (await import('../doctor.ts')).doctorCommand(argv)),
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
          return (await import('../collector.ts')).collectorCommand({ ...argv, action });
        const { collectorJeaCommand } = await import('../collector-jea.ts');
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
      ends(async (argv) => (await import('../evidence.ts')).evidenceCommand(argv)),
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
      ends(async (argv) => (await import('../rules.ts')).rulesCommand(argv)),
    )
    .command(
      'inventory <action> <file>',
      'check an inventory file',
      (y) =>
        y
          .positional('action', { choices: ['check'] as const, demandOption: true })
          .positional('file', { type: 'string', demandOption: true }),
      ends(async (argv) => (await import('../inventory.ts')).inventoryCheckCommand(argv)),
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
      ends(async (argv) => (await import('../auth.ts')).authCommand(argv)),
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
