/** `reboot`: each sign alone. The name of a key in the list of the key above it is the fact; its values are not read. */
import type { Collected } from '../../core/evidence.ts';
import { answered, CouldNotLook, cut, linesOf, Parts, type Question } from './question.ts';
import { readBelow, readKey, regQuery, textIn } from './registry.ts';

const CURRENT = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion`;
const SERVICING = String.raw`${CURRENT}\Component Based Servicing`;
const UPDATE = [
  String.raw`${CURRENT}\WindowsUpdate`,
  String.raw`${CURRENT}\WindowsUpdate\Auto Update`,
];
const CONTROL = String.raw`HKLM\SYSTEM\CurrentControlSet\Control`;
const MANAGER = String.raw`${CONTROL}\Session Manager`;
const ACTIVE_NAME = String.raw`${CONTROL}\ComputerName\ActiveComputerName`;
const NEXT_NAME = String.raw`${CONTROL}\ComputerName\ComputerName`;
const NETLOGON = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\Netlogon`;
const RENAMES_KEPT = 8000;
const PATH_KEPT = 260;

export const reboot: Question = {
  section: 'reboot',
  commands: [
    ...[SERVICING, ...UPDATE, MANAGER, ACTIVE_NAME, NEXT_NAME, NETLOGON].map(regQuery),
    // `dir` is as silent on what may not be seen as on what is not there; a folder that is always there tells.
    String.raw`dir /b /a "%SystemRoot%\WinSxS\Manifest?"`,
    String.raw`dir /b /a "%SystemRoot%\WinSxS\pending.xml"`,
  ],
  read([servicing, update, automatic, manager, activeName, nextName, netlogon, folder, pending]) {
    const parts = new Parts();
    const isBelow = (name: string): boolean => readKey(servicing, SERVICING).below.has(name);
    const read = {
      cbs: parts.read('reboot.cbs', () => isBelow('rebootpending')),
      cbsInProgress: parts.read('reboot.cbsInProgress', () => isBelow('rebootinprogress')),
      packagesPending: parts.read('reboot.packagesPending', () => isBelow('packagespending')),
      windowsUpdate: parts.read(
        'reboot.windowsUpdate',
        () => readBelow([update, automatic], UPDATE)?.below.has('rebootrequired') === true,
      ),
      pendingFileRename: parts.read('reboot.pendingFileRename', () => {
        const key = readKey(manager, MANAGER);
        const lists = ['PendingFileRenameOperations', 'PendingFileRenameOperations2'];
        return [
          ...cut(
            lists.flatMap((name) => sourcesIn(textIn(key, name) ?? '')),
            RENAMES_KEPT,
          ).kept,
        ];
      }),
      pendingXml: parts.read('reboot.pendingXml', () => {
        if (!names(answered(folder).text, 'manifests'))
          throw new CouldNotLook('the folder WinSxS could not be listed');
        return names(answered(pending).text, 'pending.xml');
      }),
      computerRename: parts.read('reboot.computerRename', () => {
        const active = textIn(readKey(activeName, ACTIVE_NAME), 'ComputerName');
        const next = textIn(readKey(nextName, NEXT_NAME), 'ComputerName');
        if (active === undefined || next === undefined)
          throw new CouldNotLook('the computer name is not in the registry');
        return active.toLowerCase() !== next.toLowerCase();
      }),
      domainJoin: parts.read('reboot.domainJoin', () => {
        const { values } = readKey(netlogon, NETLOGON);
        return values.has('joindomain') || values.has('avoidspnset');
      }),
    };
    const told: NonNullable<Collected['reboot']> = Object.fromEntries(
      Object.entries(read).filter(([, value]) => value !== undefined),
    );
    const isTold = Object.keys(told).length > 0;
    return { evidence: isTold ? { reboot: told } : {}, errors: parts.errors };
  },
};

function names(text: string, name: string): boolean {
  return linesOf(text).some((line) => line.trim().toLowerCase() === name);
}

/** Pairs of source and target, joined by `\0`; sources start with `\??\`, sometimes after `*1` or `!`. */
function sourcesIn(text: string): readonly string[] {
  return text
    .split(String.raw`\0`)
    .filter((_, at) => at % 2 === 0)
    .flatMap((source) => {
      const [, path = ''] = /^(?:\*\d+|!)?\\\?\?\\(.+)$/.exec(source.trim()) ?? [];
      return path === '' ? [] : [path.slice(0, PATH_KEPT)];
    });
}
