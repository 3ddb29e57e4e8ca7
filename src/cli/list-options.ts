/** The flags of `list`. */
import type { Argv } from 'yargs';
import { SHEET_FORMATS } from '../outputs/sheet.ts';
import { LANG_FLAG } from './language.ts';

export const TABLES = [
  'causes',
  'hosts',
  'patches',
  'host-patches',
  'life',
  'verdicts',
  'runs',
] as const;

/** Tables over all runs that are remembered. */
export const OVER_TIME = [
  'cycles',
  'progress',
  'held-back',
  'success',
  'recurring',
  'changes',
] as const;
export type OverTimeTable = (typeof OVER_TIME)[number];
export type TableName = (typeof TABLES)[number] | OverTimeTable;

export function isOverTime(table: TableName): table is OverTimeTable {
  return OVER_TIME.some((each) => each === table);
}

/** What `success` tells apart: kinds of patches, or a label of hosts. */
const GROUPINGS = ['site', 'unit', 'location', 'group', 'ring', 'type', 'role', 'family'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const CLIENT_FLAG = {
  type: 'string',
  requiresArg: true,
  describe: 'of this client, as the inventory names it; "" for hosts without one',
} as const;

export function listOptions<T>(parser: Argv<T>) {
  const text = { type: 'string', requiresArg: true } as const;
  return parser
    .positional('table', {
      choices: [...TABLES, ...OVER_TIME],
      demandOption: true,
      describe:
        'causes; hosts; patches of the fleet; each patch on each host; the dated steps of its life; whether patches are to be trusted; runs. Over time: cycles (months, from second Tuesday on); progress of each patch; hosts held-back; success by group; recurring causes; changes',
    })
    .options({
      run: { ...text, default: 'last', describe: 'a run by its id or folder, last, or demo' },
      evidence: { ...text, array: true, describe: 'look in these documents instead of a run' },
      host: { ...text, describe: 'these hosts: name or pattern, several by comma' },
      kb: { ...text, describe: 'patches whose KB holds these digits' },
      title: { ...text, describe: 'patches whose title holds this' },
      cve: { ...text, describe: 'patches against this CVE' },
      status: {
        ...text,
        describe: 'failed, missing, pending, reboot-required, …; several by comma',
      },
      severity: { ...text, describe: 'critical, important, moderate, low, unspecified' },
      all: { type: 'boolean', default: false, describe: 'definitions and store apps too' },
      client: CLIENT_FLAG,
      cycle: { ...text, describe: 'over time: only this month of updates, as 2026-11' },
      by: {
        choices: GROUPINGS,
        default: 'site' as const,
        describe: 'success: by this label, or by family (kind of patch)',
      },
      sort: { ...text, describe: 'by this column' },
      desc: { type: 'boolean', default: false, describe: 'the other way round' },
      order: { choices: ['install'] as const, describe: 'patches in the order to install them' },
      columns: { ...text, describe: 'these columns, by comma; all of them: all' },
      format: { choices: SHEET_FORMATS, default: 'table' as const, describe: 'how to print it' },
      json: { type: 'boolean', default: false, describe: 'the same as --format json' },
      lang: LANG_FLAG,
    });
}
