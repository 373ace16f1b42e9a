import { expect, test } from 'vitest'
import { fileName } from './fileName'

test.each([
  ['a red apple', 'a red apple 12345678-1.png'],
  ['../../etc/passwd', 'etc passwd 12345678-1.png'],
  ['一个红苹果！', '一个红苹果 12345678-1.png'],
  ['???', 'image 12345678-1.png'],
  ['नीली नाव नदी पर', 'नीली नाव नदी पर 12345678-1.png'],
  ['แมวส้มที่ชายหาด', 'แมวส้มที่ชายหาด 12345678-1.png'],
  ['قِطَّة', 'قِطَّة 12345678-1.png'],
  ['cafe\u0301', 'caf\u00e9 12345678-1.png'],
  ['\u0301 \u200d', 'image 12345678-1.png'],
  ['می\u200cخواهم', 'می\u200cخواهم 12345678-1.png'],
])('%s is saved as %s', (prompt, name) => {
  expect(fileName(prompt, '0190-12345678', 0)).toBe(name)
})

const CLUSTERS = ['a', '𠮷', 'ส้', 'नी', 'क्षि', '각', 'e\u0323\u0302']

test.each(CLUSTERS)('a name of many %s ends with a whole cluster', (cluster) => {
  for (let padding = 0; padding < 8; padding++) {
    const name = fileName('x'.repeat(padding) + cluster.repeat(60), '12345678', 0)
    const stem = name.replace(/ 12345678-1\.png$/, '')
    expect(stem.slice(padding).replaceAll(cluster.normalize('NFC'), '')).toBe('')
    expect(stem.length).toBeLessThanOrEqual(60)
    expect(() => encodeURIComponent(name)).not.toThrow()
  }
})
