/*
 * A Java client that trusts what a truststore says: java Visit.java PORT <cases
 *
 * Each line is "FILE PASSWORD good|bad", the password "-" for none.  Visits localhost with each, as a
 * program does that was started with -Djavax.net.ssl.trustStore; prints what it didn't expect, and
 * ends with 1 if there was any.
 */
import java.io.*;
import java.net.*;
import javax.net.ssl.*;

class Visit {
	static SSLContext trusting(String file, String password) throws Exception {
		System.setProperty("javax.net.ssl.trustStore", file);
		if (password.equals("-"))
			System.clearProperty("javax.net.ssl.trustStorePassword");
		else
			System.setProperty("javax.net.ssl.trustStorePassword", password);
		TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
		factory.init((java.security.KeyStore) null);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, factory.getTrustManagers(), null);
		return context;
	}

	/* The server may still be starting. */
	static Socket connect(int port) throws Exception {
		for (int i = 0;; i++) {
			try {
				return new Socket("127.0.0.1", port);
			} catch (ConnectException e) {
				if (i == 200)
					throw e;
				Thread.sleep(50);
			}
		}
	}

	/* Null where it is trusted. */
	static String refusal(int port, String file, String password) throws Exception {
		Socket plain = connect(port);
		try (SSLSocket socket = (SSLSocket) trusting(file, password).getSocketFactory()
				.createSocket(plain, "localhost", port, true)) {
			SSLParameters wish = socket.getSSLParameters();
			wish.setEndpointIdentificationAlgorithm("HTTPS");
			socket.setSSLParameters(wish);
			socket.startHandshake();
			return null;
		} catch (Exception e) {
			return String.valueOf(e);
		} finally {
			plain.close();
		}
	}

	public static void main(String[] args) throws Exception {
		boolean failed = false;
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
		for (String line; (line = in.readLine()) != null;) {
			String[] words = line.split(" ");
			String why = refusal(Integer.parseInt(args[0]), words[0], words[1]);
			if ((why == null) == words[2].equals("good"))
				continue;
			System.out.println(line + ": " + (why == null ? "trusted" : why));
			failed = true;
		}
		System.exit(failed ? 1 : 0);
	}
}
