/**
 * The Windows versions of the fleet. Builds are real, everything monthly is a placeholder: KB numbers follow
 * KB59 + year + month + product (KB5991111), update build revisions are invented.
 */
import type { Month } from './clock.ts';

export interface Product {
  readonly caption: string;
  /** As titles of updates name it. */
  readonly title: string;
  readonly build: number;
  /** Package names and PowerShell carry the build that the version was forked from. */
  readonly baseBuild: number;
  readonly edition: string;
  readonly kind: 'workstation' | 'server';
  /** Last two digits of the placeholder KB numbers. */
  readonly kbTail: string;
  /** Update build revision by month. */
  readonly revisions: Readonly<Partial<Record<Month, number>>>;
  readonly esuLicensed?: boolean;
}

const TEN = { '2025-10': 6456, '2026-09': 7708, '2026-10': 7841, '2026-11': 7963 };
const ELEVEN = { '2026-09': 9128, '2026-10': 9304, '2026-11': 9467 };

const WINDOWS_10: Product = {
  caption: 'Microsoft Windows 10 Enterprise',
  title: 'Windows 10 Version 22H2',
  build: 19_045,
  baseBuild: 19_041,
  edition: 'Enterprise',
  kind: 'workstation',
  kbTail: '04',
  revisions: TEN,
  esuLicensed: true,
};

const WINDOWS_11: Product = {
  caption: 'Microsoft Windows 11 Enterprise',
  title: 'Windows 11 Version 24H2',
  build: 26_100,
  baseBuild: 26_100,
  edition: 'Enterprise',
  kind: 'workstation',
  kbTail: '11',
  revisions: ELEVEN,
};

export const PRODUCTS = {
  windows10: WINDOWS_10,
  windows10Pro: {
    ...WINDOWS_10,
    caption: 'Microsoft Windows 10 Pro',
    edition: 'Professional',
    esuLicensed: false,
  },
  windows10Ltsc: {
    caption: 'Microsoft Windows 10 Enterprise LTSC',
    title: 'Windows 10 Version 21H2',
    build: 19_044,
    baseBuild: 19_041,
    edition: 'EnterpriseS',
    kind: 'workstation',
    kbTail: '04',
    revisions: TEN,
  },
  windows11Old: {
    ...WINDOWS_11,
    caption: 'Microsoft Windows 11 Pro',
    title: 'Windows 11 Version 23H2',
    build: 22_631,
    baseBuild: 22_621,
    edition: 'Professional',
    kbTail: '13',
    revisions: { '2025-10': 6060, '2025-11': 6199 },
  },
  windows11: WINDOWS_11,
  windows11New: {
    ...WINDOWS_11,
    title: 'Windows 11 Version 25H2',
    build: 26_200,
  },
  server2016: {
    caption: 'Microsoft Windows Server 2016 Standard',
    title: 'Windows Server 2016',
    build: 14_393,
    baseBuild: 14_393,
    edition: 'ServerStandard',
    kind: 'server',
    kbTail: '16',
    revisions: { '2026-09': 9512, '2026-10': 9640, '2026-11': 9771 },
  },
  server2019: {
    caption: 'Microsoft Windows Server 2019 Standard',
    title: 'Windows Server 2019',
    build: 17_763,
    baseBuild: 17_763,
    edition: 'ServerStandard',
    kind: 'server',
    kbTail: '19',
    revisions: { '2026-09': 8912, '2026-10': 9050, '2026-11': 9177 },
  },
  server2022: {
    caption: 'Microsoft Windows Server 2022 Datacenter',
    title: 'Microsoft server operating system version 21H2',
    build: 20_348,
    baseBuild: 20_348,
    edition: 'ServerDatacenter',
    kind: 'server',
    kbTail: '22',
    revisions: { '2026-09': 5311, '2026-10': 5442, '2026-11': 5580 },
  },
  server2025: {
    caption: 'Microsoft Windows Server 2025 Standard',
    title: 'Microsoft server operating system version 24H2',
    build: 26_100,
    baseBuild: 26_100,
    edition: 'ServerStandard',
    kind: 'server',
    kbTail: '25',
    revisions: { '2026-09': 33_004, '2026-10': 33_158, '2026-11': 33_291 },
  },
} as const satisfies Record<string, Product>;

/** Name of the package that holds a cumulative update, as CBS registers it. */
export function rollupPackage(product: Product, revision: number): string {
  return `Package_for_RollupFix~31bf3856ad364e35~amd64~~${product.baseBuild}.${revision}.1.${(revision % 9) + 3}`;
}
