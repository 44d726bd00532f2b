/** The URLs of the nodes in RABBITMQ_URL, separated by commas. A comma that no URL follows is part of its URL: a password may contain one. */
export const brokerUrls = (value: string): readonly string[] => value.split(/,(?=[a-z]+:\/\/)/);

/** Whether a text is the URL of one AMQP broker. */
export const isBrokerUrl = (value: string): boolean =>
  URL.canParse(value) && ['amqp:', 'amqps:'].includes(new URL(value).protocol) && !new URL(value).hostname.includes(',');
