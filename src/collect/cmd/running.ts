/** `processes` and `installer`: who is at work. `tasklist /fo csv /nh` has no header; its columns keep their places. */
import { CouldNotLook, cut, linesOf, Parts, printed, type Question } from './question.ts';
import { readKey, regQuery } from './registry.ts';

const INSTALLER = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer`;
const ROW = /^"([^"]{1,260})","(\d{1,10})",/;
const KEPT = 10_000;

const NAMES: ReadonlySet<string> = new Set(
  [
    'msiexec.exe',
    'TiWorker.exe',
    'TrustedInstaller.exe',
    'wusa.exe',
    'dism.exe',
    'DismHost.exe',
    'setup.exe',
    'SetupHost.exe',
    'SetupPrep.exe',
    'MoUsoCoreWorker.exe',
    'UsoClient.exe',
    'wuauclt.exe',
  ].map((name) => name.toLowerCase()),
);

export const running: Question = {
  section: 'processes',
  commands: ['tasklist.exe /fo csv /nh', regQuery(INSTALLER)],
  read([tasks, installer]) {
    const parts = new Parts();
    const processes = parts.read('processes', () => {
      const rows = linesOf(printed(tasks, 'tasklist')).flatMap((line) => {
        const [, name, pid] = ROW.exec(line) ?? [];
        return name === undefined ? [] : [{ name, pid: Number(pid) }];
      });
      if (rows.length === 0) throw new CouldNotLook('tasklist listed no process');
      return [
        ...cut(
          rows.filter(({ name }) => NAMES.has(name.toLowerCase())),
          KEPT,
        ).kept,
      ];
    });
    // The key below is there while an installation is under way.
    const inProgress = parts.read('installer', () =>
      readKey(installer, INSTALLER).below.has('inprogress'),
    );
    return {
      evidence: {
        ...(processes !== undefined && { processes }),
        ...(inProgress !== undefined && { installer: { inProgress, holder: null } }),
      },
      errors: parts.errors,
    };
  },
};
