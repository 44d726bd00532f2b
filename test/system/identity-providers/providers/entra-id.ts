import { newKey } from '../fake-provider';
import { now, type Provider, signing, X5C } from '../provider';

export function entra(): Provider {
  const [key, other] = [newKey('kWbkha6qs8wsTnBwiiNYOhHbnAw'), newKey('JYhAcTPMZ_LX6DBlOWQ7Hn0NeXE')];
  const [tenant, app] = ['11111111-aaaa-bbbb-cccc-222222222222', '33333333-dddd-eeee-ffff-444444444444'];
  const userId = '690222be-ff1a-4d56-abd1-7e4f7d38e474';
  const iss = `https://login.microsoftonline.com/${tenant}/v2.0`;
  const token = signing(key, { typ: 'JWT' });
  const base = { nbf: now - 300, aio: 'AWQAm', rh: '0.AS', uti: 'f', tid: tenant };
  const client = { azp: '6e74172b-be56-4843-9ff4-e66a39bb12e3', azpacr: '0' };
  const player = { ...base, ...client, aud: app, iss, oid: userId, scp: 'Scores.Write', sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ', ver: '2.0' };
  const sts = `https://sts.windows.net/${tenant}/`;
  const service = { ...base, aud: `api://${app}`, iss: sts, idp: sts, appid: '7f2d', appidacr: '1', oid: 'd4c5', roles: ['Scores.Write.Any'], sub: 'd4c5', ver: '1.0' };
  return {
    heading: 'Entra ID',
    // Without `alg`, and with members that the RFC does not define.
    keySet: { keys: [other, key].map(({ kid, members }) => ({ kty: 'RSA', use: 'sig', kid, x5t: kid, x5c: X5C, cloud_instance_name: 'microsoftonline.com', issuer: iss, ...members })) },
    userId,
    player: token(player),
    // Version 1, which an API gets unless its manifest requests version 2.
    service: token(service, { x5t: key.kid }),
    unprivileged: token({ ...player, scp: 'User.Read' }),
    foreign: {
      'another tenant': token({ ...player, iss: 'https://login.microsoftonline.com/99999999-aaaa-bbbb-cccc-222222222222/v2.0' }),
      'Microsoft Graph': token({ ...player, aud: '00000003-0000-0000-c000-000000000000' }),
    },
  };
}
