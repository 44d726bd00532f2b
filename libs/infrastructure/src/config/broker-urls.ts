/** The nodes that RABBITMQ_URL names, a URL each, parted by commas. A comma elsewhere belongs to its URL: a password may hold one. */
export const brokerUrls = (value: string): readonly string[] => value.split(/,(?=[a-z]+:\/\/)/);

export const isBrokerUrl = (value: string): boolean =>
  URL.canParse(value) && ['amqp:', 'amqps:'].includes(new URL(value).protocol) && !new URL(value).hostname.includes(',');
