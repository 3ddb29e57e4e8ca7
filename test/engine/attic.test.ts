import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attic } from '../../src/engine/attic.ts';

test('what is put away comes out as it went in, packed or not, whatever came before it', () => {
  const value = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.date(), fc.array(fc.string())),
  );
  fc.assert(
    fc.property(fc.array(value), fc.nat({ max: 3 }), (values, asTheyAre) => {
      const attic = new Attic<object>(asTheyAre);
      const ways = values.map((each) => attic.put(each));
      expect(ways.map((get) => get())).toEqual(values);
    }),
  );
});

test('the first are kept, the others are not', () => {
  const attic = new Attic<object>(1);
  const [one, two] = [{ name: 'ws-1' }, { name: 'ws-2' }];
  const [first, second] = [attic.put(one), attic.put(two)];
  expect(first()).toBe(one);
  expect(second()).not.toBe(two);
});

test('what is packed is not held as it was, too', () => {
  const script = `
    import { setImmediate } from 'node:timers/promises';
    import { Attic } from ${JSON.stringify(new URL('../../src/engine/attic.ts', import.meta.url))};
    const attic = new Attic(0);
    const put = (value) => ({ whole: new WeakRef(value), get: attic.put(value) });
    const { whole, get } = put({ name: 'ws-1' });
    for (let times = 0; times < 3; times += 1) {
      await setImmediate(); // a WeakRef holds on until its turn is over
      gc();
    }
    console.log(JSON.stringify([whole.deref() ?? 'gone', get()]));`;
  const words = ['--expose-gc', '--input-type=module', '-e', script];
  const said = execFileSync(process.execPath, words, { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual(['gone', { name: 'ws-1' }]);
});
