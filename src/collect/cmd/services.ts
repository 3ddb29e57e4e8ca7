/**
 * `services`: state and start type by the numbers that `sc queryex` and `sc qc` print before their words; which line is
 * which tells its place below the line with the service's own name. Exit codes are Win32 errors.
 */
import type { Collected } from '../../core/evidence.ts';
import {
  type Answer,
  answered,
  CouldNotLook,
  hresultOf,
  linesOf,
  type NoAnswer,
  Parts,
  type Question,
} from './question.ts';

type Service = NonNullable<Collected['services']>[number];

/** Services that updates need, and the first build that has them: before it, nothing is called missing. */
const SINCE: readonly (readonly [name: string, build: number])[] = [
  ['wuauserv', 0],
  ['bits', 0],
  ['TrustedInstaller', 0],
  ['msiserver', 0],
  ['CryptSvc', 0],
  ['UsoSvc', 10_240],
  ['MpsSvc', 0],
  ['wlidsvc', 9200],
  ['dosvc', 10_240],
  ['WaaSMedicSvc', 17_134],
  ['RpcSs', 0],
  ['AppReadiness', 9600],
  ['Schedule', 0],
  ['EventLog', 0],
  ['W32Time', 0],
  // The Configuration Manager client is nobody's duty.
  ['CcmExec', Number.POSITIVE_INFINITY],
];

// winsvc.h, dwCurrentState and dwStartType (learn.microsoft.com, SERVICE_STATUS_PROCESS, QUERY_SERVICE_CONFIG).
const STATES: Readonly<Record<string, Service['state']>> = {
  1: 'stopped',
  2: 'startPending',
  3: 'stopPending',
  4: 'running',
  5: 'startPending',
  6: 'stopPending',
  7: 'paused',
};
const START_MODES: Readonly<Record<string, NonNullable<Service['startMode']>>> = {
  0: 'auto',
  1: 'auto',
  2: 'auto',
  3: 'manual',
  4: 'disabled',
};
const NO_SUCH_SERVICE = 1060;

export const services: Question = {
  section: 'services',
  commands: SINCE.flatMap(([name]) => [`sc.exe queryex ${name}`, `sc.exe qc ${name}`]),
  read(answers, { build }) {
    const parts = new Parts();
    const list = SINCE.flatMap(([name, since], at): Service[] => {
      const status = answers[2 * at];
      const service = parts.read(`services.${name}`, (): Service | undefined => {
        if (answered(status).exitCode !== NO_SUCH_SERVICE) return stateOf(name, status);
        return (build ?? 0) >= since ? { name, state: 'missing' } : undefined;
      });
      if (service === undefined || service.state === 'missing') return service ? [service] : [];
      const startMode = parts.read(`services.${name}`, () =>
        startModeOf(name, answers[2 * at + 1]),
      );
      return [{ ...service, ...(startMode !== undefined && { startMode }) }];
    });
    // All missing is no host, but a tool that says so of everything.
    if (list.every(({ state }) => state === 'missing')) {
      const [first] = parts.errors;
      throw new CouldNotLook(first?.message ?? 'sc knows none of the services', first?.hresult);
    }
    return { evidence: { services: list }, errors: parts.errors };
  },
};

function stateOf(name: string, answer: Answer | NoAnswer | undefined): Service {
  const [, state, exitCode] = fieldsOf(name, answer);
  const word = STATES[state ?? ''];
  if (word === undefined) throw new CouldNotLook(`sc queryex printed no state of ${name}`);
  return {
    name,
    state: word,
    ...(exitCode !== undefined && { win32ExitCode: Number(exitCode) }),
  };
}

function startModeOf(name: string, answer: Answer | NoAnswer | undefined): Service['startMode'] {
  const [, start] = fieldsOf(name, answer);
  const word = START_MODES[start ?? ''];
  if (word === undefined) throw new CouldNotLook(`sc qc printed no start type of ${name}`);
  return word;
}

/** The first word behind the colon of each line below the name: type, then state or start type, then the exit code. */
function fieldsOf(name: string, answer: Answer | NoAnswer | undefined): readonly string[] {
  const { text, exitCode } = answered(answer);
  if (exitCode !== 0)
    throw new CouldNotLook(`sc ended with ${exitCode} for ${name}`, hresultOf(exitCode));
  const after = linesOf(text).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [line.slice(colon + 1).trim()];
  });
  const at = after.findIndex((value) => value.toLowerCase() === name.toLowerCase());
  if (at < 0) throw new CouldNotLook(`sc printed nothing of ${name}`);
  return after
    .slice(at + 1, at + 4)
    .map((value) => /^[0-9a-f]{1,10}(?=\s|$)/i.exec(value)?.[0] ?? '');
}
