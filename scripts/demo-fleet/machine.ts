/** What stands on the desk or in the rack: hardware, volumes, services. */
import type { Collected } from '../../src/core/evidence.ts';
import type { Actor } from './actor.ts';

type Section<K extends keyof Collected> = NonNullable<Collected[K]>;
type Service = Section<'services'>[number];

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;

type Model = readonly [manufacturer: string, name: string];
type Models = readonly [Model, ...Model[]];

const DESKS: Models = [
  ['Dell Inc.', 'OptiPlex 7010'],
  ['Dell Inc.', 'Latitude 5440'],
  ['HP', 'HP EliteDesk 800 G9'],
  ['HP', 'HP EliteBook 840 G10'],
  ['LENOVO', '21HDCTO1WW'],
];

const TILLS: Models = [
  ['NCR', '7772-Hybrid'],
  ['Fujitsu', 'TP8 POS'],
  ['TOSHIBA', 'TCx 810'],
];

export function platform(actor: Actor): Section<'platform'> {
  const { chance, group } = actor;
  const isServer = group === 'servers';
  const [manufacturer, model] = isServer
    ? (['VMware, Inc.', 'VMware20,1'] as const)
    : group === 'tills'
      ? chance.pick(TILLS)
      : chance.pick(DESKS);
  const memoryBytes = (isServer ? chance.pick([8, 16, 32]) : chance.pick([8, 16])) * GIB;
  return {
    manufacturer,
    model,
    virtual: isServer,
    firmware: 'uefi',
    secureBoot: !isServer || chance.happens(50),
    memoryBytes,
    commitFreeBytes: Math.floor((memoryBytes * chance.between(35, 80)) / 100),
  };
}

export interface Space {
  /** Of the system volume; left to chance where the story does not care. */
  readonly sizeGiB?: number;
  readonly freeGiB?: number;
  readonly recoverySizeMiB?: number;
  readonly recoveryFreeMiB?: number;
}

/** System, EFI and recovery volume; `recovery` says the same of the last one. */
export function volumes(
  actor: Actor,
  space: Space,
): { readonly volumes: Section<'volumes'>; readonly recovery: Section<'recovery'> } {
  const { chance, group } = actor;
  const sizeGiB = space.sizeGiB ?? (group === 'tills' ? 118 : chance.pick([118, 237, 475]));
  const sizeBytes = sizeGiB * GIB - chance.between(1, 900) * MIB;
  const freeBytes =
    space.freeGiB === undefined
      ? Math.floor((sizeBytes * chance.between(28, 71)) / 100)
      : Math.floor(space.freeGiB * GIB);
  const recoverySize = (space.recoverySizeMiB ?? chance.pick([990, 1024])) * MIB;
  const recoveryFree = (space.recoveryFreeMiB ?? chance.between(300, 420)) * MIB;
  const system: Section<'volumes'>[number] = {
    mount: 'C:',
    role: 'system',
    sizeBytes,
    freeBytes: freeBytes - (freeBytes % 4096),
    fileSystem: 'NTFS',
  };
  return {
    volumes: [
      system,
      {
        mount: null,
        role: 'efi',
        sizeBytes: 100 * MIB,
        freeBytes: chance.between(58, 70) * MIB,
        fileSystem: 'FAT32',
      },
      {
        mount: null,
        role: 'recovery',
        sizeBytes: recoverySize,
        freeBytes: recoveryFree,
        fileSystem: 'NTFS',
      },
    ],
    recovery: {
      winreEnabled: true,
      winrePartitionFreeBytes: recoveryFree,
      winrePartitionSizeBytes: recoverySize,
      bitlocker: group === 'office' ? 'on' : 'off',
    },
  };
}

/** The services that updating needs, as an orderly host shows them, with what the story changed. */
export function services(actor: Actor, changed: readonly Service[] = []): Service[] {
  const { chance } = actor;
  const trigger = (name: string, percent: number): Service => ({
    name,
    state: chance.happens(percent) ? 'running' : 'stopped',
    startMode: 'manual',
    win32ExitCode: 0,
  });
  const orderly: Service[] = [
    trigger('wuauserv', 40),
    trigger('bits', 35),
    trigger('TrustedInstaller', 25),
    trigger('msiserver', 10),
    { name: 'CryptSvc', state: 'running', startMode: 'auto', win32ExitCode: 0 },
    { name: 'UsoSvc', state: 'running', startMode: 'autoDelayed', win32ExitCode: 0 },
    { name: 'MpsSvc', state: 'running', startMode: 'auto', win32ExitCode: 0 },
    trigger('wlidsvc', 40),
  ];
  return orderly.map((service) => changed.find(({ name }) => name === service.name) ?? service);
}
