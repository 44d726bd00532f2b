import { ReservedNames } from './reserved-names';

describe('reserved names', () => {
  const reserved = new ReservedNames(['admin', 'support', 'scoreboard', 'system', 'moderator']);

  it.each(['admin', 'Admin', ' A.d-m_i n ', 'ADMlN', 'Adm1n', 'Аdmіn', 'ａｄｍｉｎ', 'Ádmìn', '𝒜𝒹𝓂𝒾𝓃', 'Support', 'Suppоrt', '5upport'.replace('5', 'S'), 'Sc0reboard', 'ѕystem', 'moderatоr'])('include %j', (name) => {
    expect(reserved.has(name)).toBe(true);
  });

  it.each(['Ann', 'Adminton', 'Badmin', 'Systema', 'Нина', '山田太郎', '🎉', 'Site admin', 'Ad'])('do not include %j', (name) => {
    expect(reserved.has(name)).toBe(false);
  });

  it('are those of the list, and none without one', () => {
    expect(new ReservedNames(['Acme', 'Нина']).has('АСМЕ')).toBe(true);
    expect(new ReservedNames(['Acme', 'Нина']).has('Hинa')).toBe(true);
    expect(['admin', '-', '🎉'].map((name) => new ReservedNames(['-']).has(name))).toEqual([false, false, false]);
    expect(new ReservedNames().has('admin')).toBe(false);
  });
});
